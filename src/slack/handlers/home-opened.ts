// Home is opened: it is drawn and published anew.
import { z } from 'zod';
import type { Handled, HandlerContext } from './handler.ts';

/** The parts of the event `app_home_opened` that are used. The view is there where one was published before. */
const HomeOpened = z.object({
  event_id: z.string(),
  event: z.object({
    user: z.string(),
    tab: z.string().catch('home'),
    view: z.object({ hash: z.string().optional() }).optional().catch(undefined),
  }),
});

export function handleHomeOpened(body: unknown, { slackContext, isNew }: HandlerContext): Handled {
  const { event, event_id } = HomeOpened.parse(body);
  if (event.tab !== 'home' || !isNew(event_id)) return {};
  return { work: () => slackContext.home.show(event.user, event.view?.hash) };
}
