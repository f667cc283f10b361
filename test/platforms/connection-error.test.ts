import { describe, expect, it } from 'vitest';
import { connectionError } from '../../src/platforms/platform-error.ts';

const endpoint = { name: 'Production chat', hints: {}, codes: {}, secrets: [] };

/** An error as fetch throws it: the code sits in a cause, below an address that nobody needs to see. */
function thrown(code: string): Error {
  return new TypeError('fetch failed', { cause: Object.assign(new Error('http://10.0.0.7/?key=1'), { code }) });
}

describe('a connection that failed', () => {
  it.each([
    ['ECONNREFUSED', 'network', 'refused', 'port'],
    ['ECONNRESET', 'network', 'cut', 'keeps asking'],
    ['UND_ERR_SOCKET', 'network', 'cut', 'keeps asking'],
    ['ENOTFOUND', 'network', 'no host of that name', 'url of the app'],
    ['EAI_AGAIN', 'network', 'could not be looked up', 'DNS'],
    ['ETIMEDOUT', 'timeout', 'in time', 'keeps asking'],
    ['UND_ERR_CONNECT_TIMEOUT', 'timeout', 'in time', 'keeps asking'],
    ['CERT_HAS_EXPIRED', 'network', 'certificate has expired', 'renew'],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'network', 'another host', 'host name'],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', 'network', 'not trusted', 'NODE_EXTRA_CA_CERTS'],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'network', 'not trusted', 'NODE_EXTRA_CA_CERTS'],
    ['ESOMETHING', 'network', 'the connection failed', 'keeps asking'],
  ])('with %s is a matter of %s', (code, kind, what, hint) => {
    const error = connectionError(endpoint, thrown(code));
    expect(error.kind).toBe(kind);
    expect(error.message).toContain(what);
    expect(error.hint).toContain(hint);
    expect(`${error.message} ${error.hint}`).not.toContain('10.0.0.7');
  });

  it('on every address of a host is told by the first that is known', () => {
    const all = new AggregateError([thrown('EHOSTUNREACH'), thrown('ECONNREFUSED')]);
    expect(connectionError(endpoint, new TypeError('fetch failed', { cause: all })).message).toContain(
      'cannot be reached',
    );
  });

  it.each([['a text'], [undefined], [new Error('no code')]])('is one also when %o was thrown', (value) => {
    expect(connectionError(endpoint, value)).toMatchObject({ kind: 'network' });
  });
});
