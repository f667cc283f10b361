// Responses of the sample JMessage server: authentication and errors as the vendor sends them, then history or statistics.
import type { PlatformFault, SampleRequest, SampleResponse } from './faulty-server.ts';
import { answerHistory } from './jmessage-history.ts';
import { type JMessageServerInput, refuse } from './jmessage-server.ts';
import { answerStatistic } from './jmessage-statistics.ts';

export function answerJMessage(
  input: JMessageServerInput,
  request: SampleRequest,
  fault: PlatformFault,
): SampleResponse {
  const expected = `Basic ${Buffer.from(`${input.appKey}:${input.masterSecret}`).toString('base64')}`;
  if (request.headers.authorization === undefined) return refuse(401, 899007, 'Missing authentication');
  if (request.headers.authorization !== expected || fault === 'unauthorized') {
    return refuse(401, 899008, 'Basic authentication failed');
  }
  if (fault === 'forbidden') return refuse(403, 898006, 'Forbidden');
  if (fault === 'rate-limited') {
    const headers = { 'X-Rate-Limit-Limit': '600', 'X-Rate-Limit-Remaining': '0', 'X-Rate-Limit-Reset': '42' };
    return { ...refuse(429, 2002, 'Rate limit exceeded'), headers };
  }
  const statistic = /^\/v2\/statistic\/(users|messages|groups)$/.exec(request.path)?.[1];
  if (statistic === undefined) return answerHistory(input, request);
  if (fault === 'not-entitled') return refuse(403, 2003, 'no right to use this interface');
  // The vendor's documentation requires %20 for a space; + is refused.
  if (request.rawQuery.includes('+')) return refuse(400, 899003, 'Parameter invalid');
  return answerStatistic(input, statistic, request.query);
}
