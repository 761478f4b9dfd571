/** How a request goes wrong that meets a planted fault. */
import type { ServerResponse } from 'node:http';
import { CLOSED_TO_ANONYMOUS } from './authentication.ts';
import type { PlantedFault } from './faults.ts';
import { gatewayAnswer } from './gateway.ts';
import type { Answer } from './router.ts';
import { render, send } from './server.ts';

export interface Ways {
  effect: () => Answer;
  note: (status: number, detail?: Record<string, unknown>) => void;
  withHeaders: (answer: Answer) => Answer;
  /** Closes the instance's port for so many milliseconds. */
  refuseFor: (ms: number) => void;
}

/** Answers as the fault says. The record has the request with `fault`, `faultId` and whether it had its effect. */
export function misbehave(fault: PlantedFault, response: ServerResponse, ways: Ways): void {
  const { effect, note, withHeaders, refuseFor } = ways;
  const always = fault.action === 'resetAfter' || fault.action === 'truncate' || fault.action === 'halfJson';
  const hasEffect = always || fault.when === 'after';
  const never = fault.action === 'refuse' || fault.action === 'resetBefore' || fault.action === 'redirect';
  const answer = hasEffect && !never ? effect() : undefined;
  note(answer?.status ?? 0, { fault: fault.action, faultId: fault.id, effect: answer !== undefined });
  const socket = response.socket;
  switch (fault.action) {
    case 'refuse':
      if (fault.forMs !== undefined) refuseFor(fault.forMs);
      socket?.destroy();
      return;
    case 'resetBefore':
    case 'resetAfter':
      socket?.resetAndDestroy();
      return;
    case 'timeout':
      // Never answered; the client's own time limit ends it, or the close of the server.
      return;
    case 'kill':
      kill(fault.pid);
      socket?.destroy();
      return;
    case 'status':
      send(response, withHeaders(plainAnswer(fault.status ?? 503, fault.headers ?? {})));
      return;
    case 'html':
      send(
        response,
        withHeaders({ status: fault.status ?? 200, html: '<html><body>Log in to continue</body></html>' }),
      );
      return;
    case 'redirect':
      send(response, withHeaders({ status: 302, headers: { Location: '/login.jsp?os_destination=%2F' } }));
      return;
    case 'truncate':
    case 'halfJson': {
      const { status, half, headers } = halved(withHeaders(answer ?? { status: 200 }));
      // `truncate` promises more than it sends; `halfJson` is whole HTTP whose JSON breaks off.
      const promised = fault.action === 'truncate' ? half.length * 2 : half.length;
      response.writeHead(status, { ...headers, 'Content-Length': String(promised) });
      if (fault.action === 'halfJson') response.end(half);
      else response.write(half, () => socket?.destroy());
      return;
    }
    case 'noRoute':
    case 'firewall':
    case 'gatewayPage':
      // Jira's own headers are not among what a gateway says.
      send(response, gatewayAnswer(fault.action, fault.status));
      return;
    case 'anonymous':
    case 'stale':
      // Both are answered; only who asks, or what is seen, is another.
      return;
  }
}

function kill(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // The process is gone already, which is what was asked for.
  }
}

/** The first half of an answer. One without a body gets one, since half of nothing would look whole. */
function halved(answer: Answer) {
  const { status, text, headers } = render(answer.body === undefined ? { ...answer, body: { changed: true } } : answer);
  const whole = Buffer.from(text);
  return { status: status === 204 ? 200 : status, half: whole.subarray(0, Math.ceil(whole.length / 2)), headers };
}

/** Bodies as Data Center has them: 401 and 429 carry `message`, everything else `errorMessages`. */
function plainAnswer(status: number, headers: Record<string, string>): Answer {
  if (status === 401) return { ...CLOSED_TO_ANONYMOUS, headers };
  if (status === 429) return { status, body: { message: 'Rate limit exceeded.' }, headers };
  return { status, body: { errorMessages: [`Planted answer ${status}`], errors: {} }, headers };
}
