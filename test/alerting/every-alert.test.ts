// Every kind of alert in each of its states, drawn into one file that is read from top to bottom: every-alert.txt.
import { expect, test } from 'vitest';
import { day, hour, minute } from '../../src/clock.ts';
import { phrasesOf } from '../../src/metrics/phrase.ts';
import type { imkitPhrases } from '../../src/platforms/imkit/imkit-phrases.ts';
import type { platformPhrases } from '../../src/platforms/platform-phrases.ts';
import { AlertPlay, configured, platformRule } from './alert-play.ts';
import { gib, start } from './sample-rules.ts';

const say = phrasesOf<typeof platformPhrases & typeof imkitPhrases>();

const memory = configured({
  id: 'memory-low',
  metric: 'memory.free_ratio',
  below: '15%',
  clearAt: '20%',
  for: '5m',
  keepFiring: '10m',
  critical: { below: '8%', clearAt: '12%', for: '2m' },
  summary: 'Free memory of the chat host is low',
  runbook: 'https://runbooks.example.com/memory',
});
const peak = configured({ id: 'peak-high', metric: 'connections.peak', above: 1600, clearAt: 1400 });
const connections = configured({
  id: 'connections-high',
  metric: 'connections.current',
  above: 1800,
  clearAt: 1700,
  keepFiring: '10m',
});
const rooms = configured({ id: 'rooms-none', metric: 'rooms.active', below: 1 });
const fall = configured({ id: 'chat-stopped', kind: 'drop', metric: 'connections.current' });
const odd = configured({ id: 'connections-odd', kind: 'baseline', metric: 'connections.current' });
const leak = configured({ id: 'memory-leak', kind: 'forecast', metric: 'memory.free_ratio', reaches: '8%' });

const history = [
  {
    id: 'memory-low@1',
    rule: 'memory-low',
    app: 'prod',
    level: 'critical',
    openedAt: start - 2 * day,
    closedAt: start - 2 * day + 18 * minute,
  },
] as const;
const remembered = { whole: 8 * gib, history, past: () => 0.37 };

const denied = say('platform.failed', {
  app: 'Production chat',
  isAnswer: false,
  what: say('platform.http', { status: 401, code: 'INVALID_API_KEY', why: say('platform.why', { of: 'auth' }) }),
  advice: say('imkit.authAdvice'),
});

/** Connections by the hour of the day: 400 at night, 1,700 at noon. */
const usual = (at: number): number => {
  const hours = ((at + 8 * hour) % day) / hour;
  const noise = (Math.abs(Math.sin(at / hour)) * 40) | 0;
  return Math.round(1050 - 650 * Math.cos((hours / 24) * 2 * Math.PI)) + noise;
};

const chapters: readonly (readonly [string, () => readonly string[]])[] = [
  [
    'Threshold below, two levels: the night of a leak',
    () => {
      const play = new AlertPlay(memory, remembered);
      return [
        play.polls(5, 0.12).draw('opened as a warning'),
        play.polls(20, 0.11).draw('still a warning'),
        play.polls(22, 0.072).draw('critical'),
        play.polls(24, 0.06).person('acknowledge').draw('acknowledged'),
        play.polls(52, 0.061).draw('repeated to nobody, because somebody has it'),
        play.polls(86, 0.061).draw('the acknowledgement has run out'),
        play.polls(118, 0.06).draw('nobody answered'),
        play.polls(150, 0.059).draw('repeated'),
        play.polls(160, 0.13).draw('down to a warning'),
        play.polls(165, 0.21).draw('recovering'),
        play.polls(167, 0.14).draw('not for long'),
        play.polls(170, 0.22).draw('recovering again'),
        play.polls(180, 0.24).draw('resolved'),
      ];
    },
  ],
  [
    'Threshold below: critical at once, and again a few minutes after its end',
    () => {
      const play = new AlertPlay(memory, remembered);
      return [
        play.polls(2, 0.05).draw('opened as critical'),
        play.polls(12, 0.5).draw('recovering'),
        play.polls(13, 0.5).draw('resolved'),
        play.polls(18, 0.05).draw('open again'),
      ];
    },
  ],
  [
    'Silence',
    () => {
      const play = new AlertPlay(memory, remembered);
      return [
        play.polls(8, 0.12).person('silence', { until: 120, text: 'we know, a deploy' }).draw('silenced with a reason'),
        play.polls(30, 0.11).draw('while it is silenced'),
        play.polls(33, 0.05).draw('critical breaks the silence of a warning'),
        play.person('silence', { until: 60 }).draw('silenced again'),
        play.person('unsilence').draw('ended by hand'),
        play.person('silence', { until: 40, who: 'U0ALICE' }).polls(42, 0.05).draw('the silence runs out'),
      ];
    },
  ],
  [
    'Hands: taken over, a note, undone, closed',
    () => {
      const play = new AlertPlay(memory, remembered);
      play.polls(6, 0.05).person('acknowledge');
      return [
        play.draw('acknowledged'),
        play
          .happens({ type: 'user', action: 'acknowledge', who: 'U0ALICE', at: start + 6.6 * minute, takesOver: true })
          .draw('taken over'),
        play.polls(8, 0.05).person('note', { text: 'restarted node 2' }).draw('a note'),
        play.polls(9, 0.05).person('resolve').draw('closed for now'),
        play.polls(10, 0.05).draw('afterwards'),
        play.polls(300, 0.05).draw('opens again by itself'),
      ];
    },
  ],
  [
    'Closed by hand while it recovers',
    () => {
      const play = new AlertPlay(memory, remembered);
      return [play.polls(6, 0.05).polls(8, 0.3).person('resolve').draw('closed by hand')];
    },
  ],
  [
    'Flapping',
    () => {
      const play = new AlertPlay(memory, remembered);
      const wave = (at: number): number => (at % 6 < 3 ? 0.05 : 0.3);
      return [
        play.polls(26, wave).draw('flapping'),
        play.polls(40, wave).draw('and on'),
        play.polls(110, 0.3).draw('over'),
      ];
    },
  ],
  [
    'Threshold above: the peak of the last hour',
    () => {
      const play = new AlertPlay(peak, { past: () => 1200 });
      return [
        play.polls(1, 1893).draw('opened'),
        play.polls(40, 1905).draw('still'),
        play.polls(42, 1300).draw('over'),
        play.polls(55, 1300).draw('later'),
      ];
    },
  ],
  [
    'Threshold above: the number falls through the floor',
    () => {
      const play = new AlertPlay(connections, { past: () => 1850, alsoWrong: ['chat-stopped'] });
      return [
        play.polls(2, 1950).draw('opened'),
        play.polls(3, 120).draw('no longer over its limit, and the chat is dead'),
        play.polls(20, 120).draw('closed, while the fall is open'),
      ];
    },
  ],
  [
    'Threshold below, a number that is counted',
    () => {
      const play = new AlertPlay(rooms);
      return [play.polls(2, 0).draw('opened'), play.polls(4, 7).draw('resolved')];
    },
  ],
  [
    'A gap in the data of an open alert, and its end',
    () => {
      const play = new AlertPlay(memory, remembered);
      return [
        play.polls(6, 0.12).silent(12, denied).draw('the platform does not answer'),
        play.polls(14, 0.11).draw('data again'),
        play.polls(20, undefined).draw('the number is not in the answers'),
        play.polls(22, 0.11).draw('and back'),
        play.silent(1500, denied).draw('given up after a day'),
      ];
    },
  ],
  [
    'Not judged',
    () => {
      const play = new AlertPlay(memory, remembered);
      const never = new AlertPlay(connections);
      const broken = new AlertPlay(memory);
      broken.polls(2, 0.3);
      for (const at of [3, 4, 5]) broken.happens({ type: 'broken', at: start + at * minute });
      return [
        play.polls(3, 0.37).polls(8, undefined).draw('its number is not reported any more'),
        play.polls(60, undefined).polls(61, 0.36).draw('reported again'),
        never.polls(5, undefined).draw('a number that was never there'),
        broken.draw('the rule itself fails'),
      ];
    },
  ],
  [
    'Maintenance',
    () => {
      const play = new AlertPlay(memory, remembered);
      play.context = { muted: 'sunday-night' };
      const quiet = play.polls(59, 0.05).draw('nobody is told');
      play.context = {};
      return [quiet, play.polls(61, 0.05).draw('told at its end'), play.polls(90, 0.3).draw('resolved')];
    },
  ],
  [
    'The rule changes or goes',
    () => {
      const play = new AlertPlay(memory, remembered);
      const other = new AlertPlay(memory, remembered);
      const off = new AlertPlay(memory, remembered);
      const replaced = new AlertPlay(memory, remembered);
      const stricter = { ...memory, levels: { ...memory.levels, warning: { trigger: 0.1, clear: 0.2, holdFor: 0 } } };
      return [
        play
          .polls(8, 0.12)
          .becomes({ ...stricter, version: `${stricter.version} ` })
          .draw('another limit'),
        other.polls(8, 0.12).removed().draw('removed'),
        off.polls(8, 0.12).removed('paused').draw('switched off'),
        replaced.polls(8, 0.12).removed('replaced').draw('its id watches something else'),
      ];
    },
  ],
  [
    'The platform does not answer',
    () => {
      const play = new AlertPlay(platformRule);
      const never = new AlertPlay(platformRule);
      return [
        play.polls(1, 1).silent(5, denied).draw('a warning'),
        play.silent(17, denied).draw('critical'),
        play.silent(50, denied).draw('repeated'),
        play.polls(51, 1).draw('the first answer'),
        play.polls(52, 1).draw('resolved'),
        never.silent(5, denied).draw('since the start'),
      ];
    },
  ],
  [
    'A fall',
    () => {
      const play = new AlertPlay(fall, { past: () => 1704 });
      return [
        play.polls(2, 1704).polls(6, 610).draw('opened'),
        play.polls(30, 600).draw('still down'),
        play.polls(80, 605).draw('an hour later'),
        play.polls(100, 605).draw('later'),
      ];
    },
  ],
  [
    'A fall that comes back',
    () => {
      const play = new AlertPlay(fall, { past: () => 1704 });
      return [play.polls(2, 1704).polls(6, 610).polls(12, 1650).draw('back'), play.polls(40, 1650).draw('resolved')];
    },
  ],
  [
    'Unusual for the hour',
    () => {
      const play = new AlertPlay(odd, { past: usual });
      return [
        play.polls(18, 1900).draw('opened'),
        play.polls(40, 1850).draw('still'),
        play.polls(60, (at) => usual(start + at * minute)).draw('as usual again'),
        play.polls(90, (at) => usual(start + at * minute)).draw('resolved'),
      ];
    },
  ],
  [
    'Foreseen',
    () => {
      const falling = (at: number): number => 0.5 - ((at - (start - 3 * hour)) / hour) * 0.06;
      const play = new AlertPlay(leak, { past: (at) => Math.min(0.5, falling(at)), whole: 8 * gib });
      return [
        play.polls(20, (at) => falling(start + at * minute)).draw('opened'),
        play.polls(180, (at) => falling(start + at * minute)).draw('nearer'),
        play.polls(240, 0.4).draw('restarted'),
        play.polls(400, 0.4).draw('resolved'),
      ];
    },
  ],
  [
    'A name written from right to left',
    () => {
      const play = new AlertPlay(memory, { ...remembered, app: { name: 'שיחה 7 🚀' } });
      return [play.polls(5, 0.12).draw('opened'), play.polls(40, 0.3).draw('resolved')];
    },
  ],
  [
    'A silence said in advance covers warnings',
    () => {
      const play = new AlertPlay(memory, remembered);
      return [
        play.polls(1, 0.37).person('silence', { until: 120, text: 'a deploy' }).draw('silenced while nothing is open'),
        play.polls(20, 0.12).draw('a warning is told to nobody'),
        play.polls(23, 0.05).draw('critical is told'),
      ];
    },
  ],
  [
    'Acknowledged as a warning, then critical, then a warning again',
    () => {
      const play = new AlertPlay(memory, remembered);
      return [
        play.polls(8, 0.12).person('acknowledge').draw('acknowledged as a warning'),
        play.polls(12, 0.06).draw('critical is in nobody’s hands'),
        play.person('acknowledge', { who: 'U0ALICE' }).draw('acknowledged as critical'),
        play.polls(20, 0.13).draw('down to a warning'),
        play.polls(24, 0.06).draw('critical again while it holds'),
      ];
    },
  ],
  [
    'A rule with several channels, critical in one more',
    () => {
      const play = new AlertPlay(
        configured({
          ...{
            id: 'memory-low',
            metric: 'memory.free_ratio',
            below: '15%',
            clearAt: '20%',
            for: '5m',
            keepFiring: '10m',
          },
          ...{
            channel: ['C0ONCALL', 'C0CHAT'],
            critical: { below: '8%', clearAt: '12%', for: '2m', channel: 'C0LEADS' },
          },
        }),
        remembered,
      );
      return [
        play.polls(5, 0.12).drawChannels('opened as a warning'),
        play.polls(10, 0.05).person('acknowledge').drawChannels('critical, acknowledged'),
        play.polls(30, 0.3).drawChannels('resolved'),
      ];
    },
  ],
  [
    'A storm: the first five have messages of their own, the others one',
    () => {
      const plays: AlertPlay[] = [];
      const beside = () => plays.map((play) => play.asOther());
      for (const over of [1500, 1510, 1520, 1530, 1540, 1550, 1560, 1570])
        plays.push(
          new AlertPlay(configured({ id: `over-${over}`, metric: 'connections.current', above: over, clearAt: 1450 }), {
            beside,
          }),
        );
      const all = (value: number, minutes: readonly number[]): void => {
        for (const at of minutes) for (const play of plays) play.polls(at, value);
      };
      all(1400, [0, 1]);
      all(1950, [2]);
      const opened = AlertPlay.drawStorm(plays, 'opened');
      for (const play of plays) play.person('acknowledge');
      const taken = AlertPlay.drawStorm(plays, 'all acknowledged');
      all(1300, [3]);
      const recovering = AlertPlay.drawStorm(plays, 'recovering');
      all(1300, [4, 5, 6, 7, 8, 9, 10, 11, 12, 13]);
      return [opened, taken, recovering, AlertPlay.drawStorm(plays, 'all ended')];
    },
  ],
];

test('every kind of alert in each of its states reads as in every-alert.txt', async () => {
  const written = chapters.map(([title, play]) => [`════ ${title}`, ...play()].join('\n\n'));
  await expect(`${written.join('\n\n\n')}\n`).toMatchFileSnapshot('every-alert.txt');
});
