// Images in blocks: by public address or by a file that the bot uploaded.
import { z } from 'zod';
import { string, webAddress } from './text.ts';

const slackFile = z
  .strictObject({
    id: z
      .string()
      .regex(/^F[A-Z0-9]{8,}$/, { message: 'invalid slack file id' })
      .optional(),
    url: webAddress.optional(),
  })
  .refine((file) => (file.id === undefined) !== (file.url === undefined), {
    message: 'must provide exactly one of id, url',
  });

/** The fields that every image has; exactly one source is checked by `oneSource`. */
export const imageFields = {
  alt_text: string(2000),
  image_url: webAddress.optional(),
  slack_file: slackFile.optional(),
};

/** True where exactly one of `image_url` and `slack_file` is given. */
export function oneSource(image: { image_url?: unknown; slack_file?: unknown }): boolean {
  return (image.image_url === undefined) !== (image.slack_file === undefined);
}

export const oneSourceMessage = { message: 'must provide exactly one of image_url, slack_file' };

/** An image among other elements. */
export const imageElement = z
  .strictObject({ type: z.literal('image'), ...imageFields })
  .refine(oneSource, oneSourceMessage);
