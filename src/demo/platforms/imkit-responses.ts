// Responses of the sample IMKit server, in the vendor's shapes and with its peculiarities.
import { hour, type Instant } from '../../clock.ts';
import type { PlatformFault, SampleRequest, SampleResponse } from './faulty-server.ts';
import type { ImkitReport } from './imkit-report.ts';

interface ImkitServerInput {
  readonly apiKey: string;
  readonly now: () => Instant;
  readonly report: (at: Instant) => ImkitReport;
}

/** Responses of `/admin/stats` and `/admin/connection-count`; errors come in the three shapes that the vendor has. */
export function answerImkit(
  { apiKey, now, report }: ImkitServerInput,
  request: SampleRequest,
  fault: PlatformFault,
): SampleResponse {
  const sent = request.headers['im-api-key'];
  if (sent === undefined) return { status: 401, body: { error: 'MISSING_API_KEY', message: 'API key is required' } };
  if (sent !== apiKey || fault === 'unauthorized') return refusal(401, 'Unauthorized', 'INVALID_API_KEY');
  if (fault === 'forbidden' || fault === 'not-entitled') return refusal(403, 'Forbidden', 'PERMISSION_DENIED');
  if (fault === 'rate-limited') {
    const body = { error: 'RATE_LIMIT_EXCEEDED', message: 'Too many requests', retryAfter: 60 };
    return { status: 429, body };
  }
  const at = now();
  if (request.path === '/admin/stats') return { status: 200, body: statsBody(apiKey, at, report(at)) };
  if (request.path === '/admin/connection-count') {
    return { status: 200, body: { RC: 0, RM: 'OK', result: { count: report(at).connections } } };
  }
  return { status: 404, body: { RC: 404, RM: 'Not Found' } };
}

/** Like the real one it repeats both keys, and writes the same times in two ways. */
function statsBody(apiKey: string, at: Instant, report: ImkitReport): unknown {
  return {
    RC: 0,
    RM: 'OK',
    result: {
      clientKey: `client-${apiKey}`,
      apiKey,
      startTime: new Date(at - hour).toISOString(),
      endTime: new Date(at).toISOString(),
      start: Math.floor((at - hour) / 1_000),
      end: Math.floor(at / 1_000),
      userList: Array.from({ length: report.activeUsers }, (_, index) => `user${String(index + 1).padStart(4, '0')}`),
      roomCount: report.activeRooms,
      totalRoomCount: report.totalRooms,
      messageCount: report.messages,
      peakConnectionCount: report.peakConnections,
      totalMem: report.totalMemory,
      freeMem: report.freeMemory,
    },
  };
}

function refusal(status: number, words: string, code: string): SampleResponse {
  return { status, body: { RC: status, RM: words, error: { code, message: words } } };
}
