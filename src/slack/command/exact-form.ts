// How a word that was not typed exactly is said back.
import { isMetricGroup } from '../../reports/slices.ts';
import { comparing, type Found } from './tokens.ts';

/** How a word that was not typed exactly was understood: `内存 (memory)`, `last friday`; undefined for an exact one. */
export function exactForm({ word: { typed, text }, argument, value }: Found): string | undefined {
  if (['app', 'duration', 'until', 'wrong'].includes(argument)) return undefined;
  // A group of metrics stands for its main one.
  if (argument === 'metric' && typed.toLowerCase() === text && isMetricGroup(text)) return undefined;
  if (argument === 'against') return comparisonForm(typed, value);
  if (argument === 'subcommand' && typed.toLowerCase().endsWith(` ${text}`)) return undefined;
  const exact = argument === 'range' || argument === 'metric' ? value : text;
  if (typed.toLowerCase() === exact || typed.toLowerCase() === text)
    return argument === 'metric' && exact !== text ? `${typed} (${exact})` : undefined;
  const said = argument === 'range' && !/\d|\.\./.test(exact) ? exact.replaceAll('-', ' ') : exact;
  return typed.toLowerCase() === said ? typed : `${typed} (${said})`;
}

/** `vs last week`, `对比昨天 (vs yesterday)`; undefined for exact words. */
function comparisonForm(typed: string, value: string): string | undefined {
  const exact = value === 'previous' ? 'compare' : `${comparing} ${value}`;
  if (typed.toLowerCase() === exact) return undefined;
  const said = /\d|\.\./.test(exact) ? exact : exact.replaceAll('-', ' ');
  return typed.toLowerCase() === said ? typed : `${typed} (${said})`;
}
