import { describe, expect, it } from 'vitest';
import { columnsOf, cutToColumns, cutToLength, drawable, inLines } from '../../src/charts/label-text.ts';

describe('labels', () => {
  it.each([
    ['abc', 3],
    ['连接峰值', 8],
    ['a连', 3],
    ['👩‍👩‍👧', 1],
    ['', 0],
  ])('%s takes %i columns', (text, columns) => {
    expect(columnsOf(text)).toBe(columns);
  });

  it.each([
    ['short', 10, 'short'],
    ['exactly ten', 11, 'exactly ten'],
    ['a text that is too long', 10, 'a text th…'],
    ['连接峰值很高', 7, '连接峰…'],
    ['ends with   a space', 12, 'ends with…'],
  ])('%s is cut to %i columns as %s', (text, columns, cut) => {
    expect(cutToColumns(text, columns)).toBe(cut);
    expect(columnsOf(cut)).toBeLessThanOrEqual(columns);
  });

  it('a cut to a length never leaves half a sign', () => {
    expect(cutToLength('ab👩‍👩‍👧cd', 6)).toBe('ab…');
    expect(cutToLength('ab👩‍👩‍👧cd', 12)).toBe('ab👩‍👩‍👧cd');
  });

  it.each([
    ['▲ 12 %', '↑ 12 %'],
    ['▼ down', '↓ down'],
    ['a → b', 'a - b'],
    ['≥ 15 %', '>= 15 %'],
    ['Chat 😀👍🏽 room', 'Chat room'],
    ['flag 🇹🇼 out', 'flag TW out'],
    ['🚀 Prod 🇹🇼: free memory', 'Prod TW: free memory'],
    ['Prod 🚀: free memory, 🔥, now', 'Prod: free memory, now'],
    ['two\nlines\tand\u0000', 'two lines and'],
    ['Łódź 生产 Ωμέγα Привет 2026 #1', 'Łódź 生产 Ωμέγα Привет 2026 #1'],
  ])('%j is drawn as %j', (text, drawn) => {
    expect(drawable(text)).toBe(drawn);
  });

  it.each([
    ['short', ['short']],
    ['Free memory, lowest by hour', ['Free memory,', 'lowest by hour']],
    ['Free memory, lowest by hour, last week', ['Free memory,', 'lowest by hour…']],
    ['生产环境聊天室连接峰值', ['生产环境聊天室…']],
  ])('%s stands in two lines at most, broken at a space', (text, lines) => {
    expect(inLines(text, 15)).toEqual(lines);
  });
});
