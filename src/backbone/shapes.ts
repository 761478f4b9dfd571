/** The shapes that are asked of Backbone's answers: documented members only, everything else is kept as it came. */

import { z } from 'zod';
import { addressText, key, nameText } from '../contract/texts.ts';

/** Connector keys are opaque. `user` is missing where no sync user exists (cloud). */
const connector = z.looseObject({
  connectorKey: key,
  projectKey: key,
  connection: z
    .looseObject({
      application: z.looseObject({ baseUrl: addressText.optional(), user: nameText.optional() }).optional(),
    })
    .optional(),
});

/** `status` may be embedded or not: both are documented. */
export const synchronization = z.looseObject({
  integrationKey: key,
  summary: nameText.optional(),
  description: z.string().optional(),
  /** `2016-11-10T11:07:10+0100`. */
  createdDate: nameText.optional(),
  firstConnector: connector,
  secondConnector: connector,
});

export const synchronizations = z.array(synchronization);

const connectorStatus = z.looseObject({
  connectorKey: nameText,
  online: z.boolean(),
  incomingRouteStatus: nameText,
  incomingProcessingStatus: nameText,
  outgoingRouteStatus: nameText,
  outgoingProcessingStatus: nameText,
  issuesInError: z.number(),
});

export const synchronizationStatus = z.looseObject({
  status: nameText,
  firstConnector: connectorStatus,
  secondConnector: connectorStatus,
});

/** The shape of a conflict is not documented, nor that of the answer: what comes is what there is. */
export const conflicts = z.unknown();
