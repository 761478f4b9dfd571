/** The whole plan as an artifact: what people read before anything is written, and what later steps hold against the world. */
import type { Plan } from '../contract/steps.ts';
import type { MappingChange } from '../mapping/translate.ts';
import type { Forecast } from './forecast.ts';

export interface PlanDocument {
  v: 1;
  madeAt: string;
  plan: Omit<Plan, 'artifact'>;
  /** Issues in scope that are not paired; starting may create each at the partner. */
  forecast: Forecast;
  /** Keys created or changed since the copy began, per side: missing in the copy although the pair data says synced. */
  copyGap: { oldA: string[]; bornOnOldA: string[]; b: string[] };
  /** What the translation of the configuration changes. */
  changes: MappingChange[];
  /** Every value that the translation looked up, those that stay too. Absent in plans of earlier versions. */
  references?: MappingChange[];
  findings: string[];
}
