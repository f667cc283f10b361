// What the sample JMessage server answers: sign-in and errors as the vendor sends them, then history or statistics.
import type { Answer, Fault, Question } from './faulty-server.ts';
import { type JMessageServerInput, refuse } from './jmessage-input.ts';
import { answerHistory } from './jmessage-pages.ts';
import { answerStatistic } from './jmessage-rows.ts';

export function answerJMessage(input: JMessageServerInput, question: Question, fault: Fault): Answer {
  const expected = `Basic ${Buffer.from(`${input.appKey}:${input.masterSecret}`).toString('base64')}`;
  if (question.headers.authorization === undefined) return refuse(401, 899007, 'Missing authentication');
  if (question.headers.authorization !== expected || fault === 'unauthorized') {
    return refuse(401, 899008, 'Basic authentication failed');
  }
  if (fault === 'forbidden') return refuse(403, 898006, 'Forbidden');
  if (fault === 'rate-limited') {
    const headers = { 'X-Rate-Limit-Limit': '600', 'X-Rate-Limit-Remaining': '0', 'X-Rate-Limit-Reset': '42' };
    return { ...refuse(429, 2002, 'Rate limit exceeded'), headers };
  }
  const statistic = /^\/v2\/statistic\/(users|messages|groups)$/.exec(question.path)?.[1];
  if (statistic === undefined) return answerHistory(input, question);
  if (fault === 'not-entitled') return refuse(403, 2003, 'no right to use this interface');
  // The page asks for %20; whoever sends + has not read it.
  if (question.rawQuery.includes('+')) return refuse(400, 899003, 'Parameter invalid');
  return answerStatistic(input, statistic, question.query);
}
