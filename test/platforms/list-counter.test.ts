import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createListCounter } from '../../src/platforms/response-body.ts';

/** Passes a text through the filter, cut into pieces of the given sizes in turn. */
function filter(text: string, sizes: readonly number[] = [1 << 16]): string {
  const bytes = new TextEncoder().encode(text);
  const count = createListCounter('userList');
  const kept: Uint8Array[] = [];
  for (let at = 0, turn = 0; at < bytes.length; turn += 1) {
    const size = sizes[turn % sizes.length] ?? 1;
    kept.push(...count(bytes.subarray(at, at + size)));
    at += size;
  }
  return Buffer.concat(kept).toString();
}

describe('the list counter', () => {
  it.each([
    ['an empty list', '{"userList":[]}', '{"userList":0}'],
    ['space in an empty list', '{"userList" : [ \n ] }', '{"userList" : 0 }'],
    ['one entry', '{"userList":["a"]}', '{"userList":1}'],
    ['what stands around it', '{"a":[1,2],"userList":["x","y"],"b":"z"}', '{"a":[1,2],"userList":2,"b":"z"}'],
    ['entries that are objects', '{"userList":[{"id":"a","tags":[1,2]},{"id":"b"}]}', '{"userList":2}'],
    ['lists in the list', '{"userList":[[1,[2,3]],[4],[]]}', '{"userList":3}'],
    ['brackets, commas and quotes in ids', '{"userList":["a,]b","c\\"],","\\\\"],"n":1}', '{"userList":3,"n":1}'],
    ['ids in any script', '{"userList":["王芳","😀","\\u5f20"]}', '{"userList":3}'],
    ['numbers and null', '{"userList":[1,null,true]}', '{"userList":3}'],
    ['the name as a value', '{"kind":"userList","list":["userList"]}', '{"kind":"userList","list":["userList"]}'],
    ['a longer name', '{"userLists":["a"],"xuserList":["b"]}', '{"userLists":["a"],"xuserList":["b"]}'],
    ['the name in a text', '{"text":"\\"userList\\":[1,2]"}', '{"text":"\\"userList\\":[1,2]"}'],
    ['no list', '{"userList":null,"n":[1]}', '{"userList":null,"n":[1]}'],
  ])('handles %s', (_what, text, expected) => {
    expect(filter(text)).toBe(expected);
    expect(filter(text, [1])).toBe(expected);
  });

  it('agrees with JSON.parse for any entries, cut anywhere', () => {
    const around = fc.dictionary(fc.string(), fc.jsonValue(), { maxKeys: 3 });
    const cuts = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(fc.array(fc.jsonValue(), { maxLength: 12 }), around, cuts, (list, more, sizes) => {
        const { userList: _, ...rest } = more;
        const text = JSON.stringify({ first: rest, userList: list, last: rest }, undefined, list.length % 2);
        const expected = JSON.parse(JSON.stringify({ first: rest, userList: list.length, last: rest }));
        expect(JSON.parse(filter(text, sizes))).toEqual(expected);
      }),
    );
  });

  it('keeps nothing of the list', () => {
    const count = createListCounter('userList');
    const kept = ['{"userList":["', 'secret-user', '","b"', ']}'].flatMap((piece) =>
      count(new TextEncoder().encode(piece)),
    );
    expect(Buffer.concat(kept).toString()).toBe('{"userList":2}');
  });
});
