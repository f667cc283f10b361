// The buttons below the report on a past incident: share it, or have it as text.
import { replaceUsers } from '../../alerting/notification.ts';
import { UserError } from '../../errors.ts';
import { phrasesOf, type Wording } from '../../metrics/phrase.ts';
import { reportText } from '../../reports/plain-text.ts';
import type { Report } from '../../reports/report.ts';
import { wordReport } from '../../reports/word-report.ts';
import { context } from '../blocks/block.ts';
import type { alertBlockPhrases, answerPhrases } from '../blocks/block-phrases.ts';
import { drawTextToCopy, incidentButtons } from '../blocks/incident.ts';
import type { People } from '../people.ts';
import { sendMessage, sendReport, sharedLine } from '../send-report.ts';
import type { Action, ActionContext, Click } from './action.ts';

const say = phrasesOf<typeof alertBlockPhrases & typeof answerPhrases>();

export const shareIncident: Action = {
  ids: ['incident_share'],
  handle: async (click, context) => {
    const { id, report } = await reportAsked(click, context);
    const { deps, chartDeps } = context.slackContext;
    const tail = [
      sharedLine(click.requester.user, deps.wording),
      incidentButtons(id, deps.wording, { isShared: true }),
    ];
    await sendReport({ report, tail, people: 'named', responseTarget: click.open('public') }, chartDeps);
    if (click.isEphemeral) await markShared(click, { id, report }, context);
  },
};

/** It cannot be shared a second time by the same button; where Slack does not take that, nothing is lost. */
async function markShared(
  click: Click,
  { id, report }: { readonly id: string; readonly report: Report },
  { slackContext: { deps, chartDeps } }: ActionContext,
): Promise<void> {
  const { wording } = deps;
  const tail = [incidentButtons(id, wording, { isShared: true }), context(wording.text(say('answer.shared')))];
  await sendReport({ report, tail, people: 'named', responseTarget: click.open('replace') }, chartDeps).catch(
    (error: unknown) => deps.logger.debug('Shared report not marked', { incident: id, error: String(error) }),
  );
}

/** For the person alone, with times in the zone of the app and names instead of mentions. */
export const incidentText: Action = {
  ids: ['incident_text'],
  handle: async (click, context) => {
    const { report } = await reportAsked(click, context);
    const { deps, people } = context.slackContext;
    const words = reportText(wordReport(withoutCharts(report), deps.wording));
    const copied = await withNames(words, people, deps.wording);
    await sendMessage(drawTextToCopy(copied, deps.wording), click.open('private'));
  },
};

async function reportAsked(
  { requester, value = '' }: Click,
  { slackContext: { access, deps } }: ActionContext,
): Promise<{ readonly id: string; readonly report: Report }> {
  const refusal = await access.mayRun(requester);
  if (refusal !== undefined) throw refusal;
  const found = await deps.alerts?.why(value);
  if (found?.incident === undefined)
    throw new UserError('This incident is not kept any more.', { hint: 'Try: /imstats alerts 30d' });
  return { id: found.incident, report: found.report };
}

/** What a picture says in words stands in line 1. */
function withoutCharts(report: Report): Report {
  return { ...report, sections: report.sections.map((part) => ({ ...part, charts: [] })) };
}

/** People by their names; where Slack does not tell one, by a number, so that they can be told apart. */
async function withNames(text: string, people: People, wording: Wording): Promise<string> {
  const ids = new Set<string>();
  replaceUsers(text, (id) => {
    ids.add(id);
    return '';
  });
  const known = new Map(
    await Promise.all([...ids].map(async (id) => [id, (await people.person(id, 'remembered'))?.name] as const)),
  );
  const unnamed = [...ids].filter((id) => known.get(id) === undefined);
  return replaceUsers(
    text,
    (id) => known.get(id) ?? wording.text(say('people.unnamed', { number: unnamed.indexOf(id) + 1 })),
  );
}
