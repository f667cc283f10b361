// The English wording: every set of phrases, with the English formatter.
import { messagePhrases } from './alerting/alert-phrases.ts';
import { changePhrases } from './alerting/change-phrases.ts';
import { thresholdPhrases, unreachablePhrases } from './alerting/fixed-rule-phrases.ts';
import { headlinePhrases } from './alerting/headline-phrases.ts';
import { threadPhrases } from './alerting/history-phrases.ts';
import { incidentPhrases } from './alerting/incident-phrases.ts';
import { judgingPhrases } from './alerting/judging-phrases.ts';
import { maintenancePhrases } from './alerting/maintenance-phrases.ts';
import { refusalPhrases } from './alerting/refusal-phrases.ts';
import { rulePhrases } from './alerting/rule-phrases.ts';
import { tunePhrases } from './alerting/tune-phrases.ts';
import { baselinePhrases, dropPhrases, forecastPhrases } from './alerting/usual-phrases.ts';
import { whyPhrases } from './alerting/why-phrases.ts';
import { deliveryPhrases } from './delivery/delivery-phrases.ts';
import { english } from './metrics/format.ts';
import { metricPhrases } from './metrics/metric-phrases.ts';
import { createWording } from './metrics/phrase.ts';
import { rangePhrases } from './metrics/range-phrases.ts';
import { platforms } from './platforms/index.ts';
import { platformPhrases } from './platforms/platform-phrases.ts';
import { chartPhrases } from './reports/chart-phrases.ts';
import { countedPhrases } from './reports/counted-phrases.ts';
import { digestChangePhrases } from './reports/digest-change-phrases.ts';
import { digestPhrases } from './reports/digest-phrases.ts';
import { digestStoredPhrases } from './reports/digest-stored-phrases.ts';
import { figurePhrases } from './reports/figure-phrases.ts';
import { healthPhrases } from './reports/health-phrases.ts';
import { historyPhrases } from './reports/history-phrases.ts';
import { selfCheckPhrases } from './reports/self-check-phrases.ts';
import { statusPhrases } from './reports/status-phrases.ts';
import { alertBlockPhrases, answerPhrases } from './slack/blocks/block-phrases.ts';
import { tuneFormPhrases } from './slack/blocks/tune-form-phrases.ts';
import { commandPhrases } from './slack/command/command-phrases.ts';
import { slackErrorPhrases } from './slack/error-code-phrases.ts';
import { exportPhrases } from './slack/export/export-phrases.ts';
import { homePhrases } from './slack/home/home-phrases.ts';
import { modalPhrases } from './slack/modals/modal-phrases.ts';

const metrics = [metricPhrases, rangePhrases];
const vendors = [platformPhrases, ...platforms.map(({ phrases }) => phrases)];
const rules = [rulePhrases, thresholdPhrases, dropPhrases, forecastPhrases, baselinePhrases, unreachablePhrases];
const thread = [threadPhrases, refusalPhrases];
const incidents = [whyPhrases, incidentPhrases];
const alerts = [headlinePhrases, messagePhrases, ...thread, judgingPhrases, ...incidents, maintenancePhrases];
const tuning = [changePhrases, tunePhrases, tuneFormPhrases];
const digests = [digestPhrases, digestChangePhrases, digestStoredPhrases];
const reports = [
  chartPhrases,
  figurePhrases,
  countedPhrases,
  statusPhrases,
  ...digests,
  healthPhrases,
  selfCheckPhrases,
  historyPhrases,
];

/** Adding a set of phrases is a line here. */
export const englishSets = [
  ...metrics,
  ...vendors,
  ...rules,
  ...alerts,
  ...tuning,
  ...reports,
  alertBlockPhrases,
  commandPhrases,
  answerPhrases,
  homePhrases,
  exportPhrases,
  modalPhrases,
  slackErrorPhrases,
  deliveryPhrases,
];

export const englishWording = createWording(english, englishSets);
