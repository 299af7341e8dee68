/** A case that is in no golden set: what is sent or judged once, such as a try, a call of production or a labelled output. */
import type { GoldenCase } from './case.ts';

const NOWHERE = { start: 0, end: 0 };

/** `shown`: where it comes from, as messages name it. It has no assertion and counts as active, unless `given` says otherwise. */
export const caseWithoutFile = (shown: string, given: Pick<GoldenCase, 'id' | 'vars'> & Partial<GoldenCase>): GoldenCase => ({
  description: null,
  assertions: [],
  threshold: null,
  prefix: '',
  suffix: '',
  expandLists: false,
  critical: false,
  group: null,
  status: 'active',
  metadata: {},
  source: { path: shown, line: null, range: NOWHERE, anchor: NOWHERE, expectedRange: null },
  unsupported: null,
  ...given,
});
