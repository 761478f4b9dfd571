/** What stands before a Jira and answers in its place, in words of its own: API gateway, web application firewall, proxy. */
import type { Answer } from './router.ts';

export const GATEWAY_ACTIONS = ['noRoute', 'firewall', 'gatewayPage'] as const;
export type GatewayAction = (typeof GATEWAY_ACTIONS)[number];

/** Reason phrases as nginx prints them, which are not everywhere those of the standard. */
const PAGES: Record<number, string> = {
  502: 'Bad Gateway',
  503: 'Service Temporarily Unavailable',
  504: 'Gateway Time-out',
};

let supportId = 4_180_923_477_002_116;

/** `status` is that of a proxy's page; 502 when absent. */
export function gatewayAnswer(action: GatewayAction, status = 502): Answer {
  switch (action) {
    case 'noRoute':
      // Kong's answer for a path that none of its routes has: JSON, like the product's own 404.
      return {
        status: 404,
        body: { message: 'no Route matched with those values' },
        headers: { Server: 'kong/3.4.2', 'X-Kong-Response-Latency': '0' },
      };
    case 'firewall':
      return { status: 403, html: rejected(++supportId), headers: { 'Cache-Control': 'no-cache', Pragma: 'no-cache' } };
    case 'gatewayPage':
      return { status, html: page(`${status} ${PAGES[status] ?? 'Error'}`), headers: { Server: 'nginx' } };
  }
}

/** The blocking page that F5's firewall sends as delivered. */
const rejected = (id: number): string =>
  `<html><head><title>Request Rejected</title></head><body>The requested URL was rejected. Please consult with your administrator.<br><br>Your support ID is: ${id}<br><br><a href='javascript:history.back();'>[Go Back]</a></body></html>`;

const page = (title: string): string =>
  `<html>\r\n<head><title>${title}</title></head>\r\n<body>\r\n<center><h1>${title}</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n`;
