// The one circle of a message: how things stand, never by colour alone because line 1 says it too.
import type { Standing } from '../../reports/report.ts';

const circles: Readonly<Record<Standing, string>> = { good: '🟢', warning: '🟠', critical: '🔴', unknown: '⚪' };

const colours: Readonly<Record<'red' | 'orange' | 'green' | 'grey', string>> = {
  red: '🔴',
  orange: '🟠',
  green: '🟢',
  grey: '⚪',
};

/** The circle with a space behind it; empty without a standing. */
export function circleOf(standing: Standing | undefined): string {
  return standing === undefined ? '' : `${circles[standing]} `;
}

/** The circle of an alert's colour, with a space behind it. */
export function circleOfColour(colour: 'red' | 'orange' | 'green' | 'grey'): string {
  return `${colours[colour]} `;
}
