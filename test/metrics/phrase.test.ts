import { describe, expect, test } from 'vitest';
import { english } from '../../src/metrics/format.ts';
import { createWording, distinctPhrases, type PhraseSet, phrasesOf, verbatim } from '../../src/metrics/phrase.ts';

const pets = {
  'pet.named': ({ name }: { name: string }) => `a pet called ${name.trim()}`,
  'pet.none': () => 'no pet',
  'pet.ofApp': ({ app }: { app: string }) => `7 pets of ${app} 8`,
  'pet.grown': ({ size }: { size: number }, { arrow, count }) => `${arrow('up')}${count(size)}`,
} satisfies PhraseSet;

const say = phrasesOf<typeof pets>();
const wording = createWording(english, [pets]);

describe('a phrase', () => {
  test('is its kind and its values, and reads as its set says', () => {
    expect(say('pet.named', { name: 'Rex' })).toEqual({ kind: 'pet.named', values: { name: 'Rex' } });
    expect(wording.text(say('pet.named', { name: 'Rex' }))).toBe('a pet called Rex');
    expect(wording.text(say('pet.none'))).toBe('no pet');
  });

  test('that is verbatim reads the same in every language', () => {
    expect(wording.text(verbatim('Production chat'))).toBe('Production chat');
    expect(createWording(english, []).text(verbatim('Production chat'))).toBe('Production chat');
  });

  test.each([
    ['from right to left', 'שיחה 7', '7 pets of \u2068שיחה 7\u2069 8'],
    ['in Arabic', 'دردشة', '7 pets of \u2068دردشة\u2069 8'],
    ['in Chinese', '聊天', '7 pets of 聊天 8'],
    ['with an emoji', 'Chat 🚀', '7 pets of Chat 🚀 8'],
  ])('keeps what stands around a name written %s in its place', (_how, app, text) => {
    expect(wording.text(say('pet.ofApp', { app }))).toBe(text);
    expect(wording.text(verbatim(app))).toBe(text.slice('7 pets of '.length, -' 8'.length));
  });

  test('of a later version reads as its name, whether its kind or its values are not known', () => {
    expect(wording.text({ kind: 'pet.renamed', values: {} })).toBe('pet.renamed');
    expect(wording.text({ kind: 'pet.named', values: { label: 'Rex' } })).toBe('pet.named');
  });

  test('has signs for the eye, and none of them where it is spoken', () => {
    expect(wording.text(say('pet.grown', { size: 1_204 }))).toBe('▲ 1,204');
    expect(wording.spoken.text(say('pet.grown', { size: 1_204 }))).toBe('1,204');
    expect(wording.spoken.spoken).toBe(wording.spoken);
  });

  test('that is there twice is kept once', () => {
    expect(distinctPhrases([say('pet.none'), verbatim('a'), say('pet.none')])).toEqual([
      say('pet.none'),
      verbatim('a'),
    ]);
  });
});
