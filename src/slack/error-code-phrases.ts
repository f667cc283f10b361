// Every error code of Slack that a message can meet: what it means, what is done then, and what `health` and `check` advise.
import type { DeliveryOutcome } from '../errors.ts';
import type { PhraseSet } from '../metrics/phrase.ts';

/** One row of the table. `means` is a sentence for people; `advice` says what a person can do, where somebody can do anything. */
interface ErrorRow {
  readonly outcome: DeliveryOutcome;
  readonly means: string;
  readonly advice?: string;
}

/** What is done, what it means, and what to do about it. */
type Row = readonly [outcome: DeliveryOutcome, means: string, advice?: string];

const install = 'Install the Slack app again and put its new Bot User OAuth Token in the configuration.';
const rotationAdvice =
  'Install the Slack app again and put its new token in the configuration. If it expires again within 12 hours, token rotation is on for the app, and imstats does not renew tokens: switch it off where Slack lets you, or make the app anew from manifest.yml.';
const tokenAdvice = 'Put the Bot User OAuth Token of the installed Slack app in the configuration.';
const scopesAdvice = 'Paste manifest.yml into the Slack app again and reinstall it.';
const adminAdvice = 'Ask an admin of the workspace to let this app post there, or name another channel.';
const blockAdvice = 'It was sent in its simplest form; report it to the makers of imstats with the log line.';
const callAdvice = 'Update imstats; if it is the newest version, report it to its makers with the log line.';
const orgAdvice = 'Ask an admin of the organisation to grant the app access to this workspace.';
const filesAdvice = 'Messages show their charts in another way; ask an admin to let apps upload pictures.';

const migrating = 'The workspace is being moved to an organisation.';

/** By code, in the groups of what is done. The codes are those that Slack documents for the methods that delivery calls. */
const rows = {
  // Nothing arrived: it waits and is sent again.
  ratelimited: ['not-sent', 'Slack takes no more calls for now.'],
  rate_limited: ['not-sent', 'Slack takes no more messages for now.'],
  message_limit_exceeded: ['not-sent', 'The workspace has posted as many messages as it may for now.'],
  service_unavailable: ['not-sent', 'Slack is not available for the moment.'],
  team_added_to_org: ['not-sent', migrating],
  org_login_required: ['not-sent', migrating],
  external_channel_migrating: ['not-sent', 'The channel is being moved and takes no edit for now.'],
  streaming_state_conflict: ['not-sent', 'The message is being written and takes no edit for now.'],
  update_failed: ['not-sent', 'Slack could not save the edit.'],
  file_update_failed: ['not-sent', 'Slack could not save the picture.'],
  accesslimited: [
    'not-sent',
    'Slack takes no calls from this network.',
    'Let the address of this machine through in the settings of the Slack app.',
  ],

  // It may have arrived: it is looked up by its key before it is sent again.
  internal_error: ['unknown', 'Slack failed on its side.'],
  fatal_error: ['unknown', 'Slack failed on its side.'],
  request_timeout: ['unknown', 'Slack did not receive all of the call.'],

  // The channel takes nothing, not even an edit: the fallback channel.
  channel_not_found: [
    'shut',
    'The bot sees no such channel.',
    'Write the id of a channel that the bot can see; invite it with /invite where the channel is private.',
  ],
  not_in_channel: ['shut', 'The bot is not in the channel.', 'Invite the bot into the channel with /invite.'],
  is_archived: ['shut', 'The channel is archived.', 'Unarchive the channel or name another one.'],
  is_inactive: ['shut', 'The channel is frozen, archived or deleted.', 'Name another channel.'],
  team_not_found: ['shut', 'The workspace of the channel is not there any more.', 'Name another channel.'],
  channel_is_limited_access: ['shut', 'The channel is open to chosen people only.', adminAdvice],

  // The channel does not take this message: the fallback channel.
  restricted_action_read_only_channel: ['refused', 'Only chosen people may post in this channel.', adminAdvice],
  restricted_action_thread_only_channel: [
    'refused',
    'The channel takes replies in threads only, no new messages.',
    'Allow new messages in the channel, or name another one.',
  ],
  posting_to_general_channel_denied: ['refused', 'Only chosen people may post in the general channel.', adminAdvice],
  posting_to_channel_denied: ['refused', 'The app may not post in this channel.', adminAdvice],
  no_permission: ['refused', 'The bot may not post there.', 'Invite the bot into the channel with /invite.'],
  access_denied: ['refused', 'The bot has no access to the channel.', adminAdvice],
  no_access: ['refused', 'The bot has no access to the channel.', adminAdvice],
  app_access_restricted: ['refused', 'An admin has restricted what this app may do.', adminAdvice],
  messages_tab_disabled: ['refused', 'The messages tab of the bot is switched off.', 'Name a channel instead.'],
  ekm_access_denied: [
    'refused',
    'Admins have suspended posting in this channel (key management).',
    'Ask an admin of the organisation to restore the key access, or name another channel.',
  ],
  team_access_not_granted: ['refused', 'The app is not allowed in the workspace of this channel.', orgAdvice],
  missing_scope: ['refused', 'The app lacks a scope for this.', scopesAdvice],
  as_user_not_supported: ['refused', 'Slack does not let the app post as this user.', callAdvice],
  send_on_behalf_not_allowed: ['refused', 'Slack does not let the app post as this user.', callAdvice],
  invalid_channel: ['refused', 'Slack knows no such channel.', 'Write the id of a channel that the bot can see.'],
  method_not_supported_for_channel_type: ['refused', 'This is no kind of channel for messages.', adminAdvice],

  // It may be for its mention alone: sent at once without it, else as above.
  restricted_action: [
    'mention-refused',
    'A setting of the workspace forbids this post or its mention.',
    'Let apps post in this channel and notify @here (or whom the alert mentions), or name another channel or people.',
  ],

  // Not in this thread: posted into the channel.
  restricted_action_thread_locked: ['thread-refused', 'The thread is locked.', 'Unlock the thread.'],
  thread_locked: ['thread-refused', 'The thread is locked.', 'Unlock the thread.'],
  restricted_action_non_threadable_channel: [
    'thread-refused',
    'The channel takes no replies in threads.',
    'Allow threads in the channel, or name another one: each line of an alert is a message of its own there.',
  ],
  cannot_reply_to_message: ['thread-refused', 'Slack takes no reply to this message.'],
  invalid_thread_ts: ['thread-refused', 'Slack takes no reply to this message.'],
  cant_broadcast_message: ['thread-refused', 'The reply cannot be shown in the channel.'],

  // The message is there and cannot be edited: its thread goes on.
  edit_window_closed: [
    'uneditable',
    'The workspace lets nobody edit a message as old as this one.',
    'Allow messages to be edited at any time in the settings of the workspace.',
  ],
  cant_update_message: ['uneditable', 'Slack does not let the bot edit this message.'],
  no_dual_broadcast_content_update: ['uneditable', 'Slack does not let the bot edit this message.'],

  // It is not there any more: posted anew.
  message_not_found: ['gone', 'The message was deleted.'],
  thread_not_found: ['gone', 'The thread was deleted.'],

  // Slack does not take this form of it: without pictures, then as text alone.
  invalid_blocks: ['rejected-blocks', 'Slack does not take the blocks of the message.', blockAdvice],
  invalid_blocks_format: ['rejected-blocks', 'Slack does not take the blocks of the message.', blockAdvice],
  block_mismatch: ['rejected-blocks', 'Slack does not replace these blocks.', blockAdvice],
  invalid_attachments: ['rejected-blocks', 'Slack does not take the attachments of the message.', blockAdvice],
  too_many_attachments: ['rejected-blocks', 'The message has too many attachments.', blockAdvice],
  attachment_payload_limit_exceeded: ['rejected-blocks', 'The attachments are too large.', blockAdvice],
  too_many_contact_cards: ['rejected-blocks', 'The message has too many cards.', blockAdvice],
  msg_blocks_too_long: ['rejected-blocks', 'The blocks of the message are too long.', blockAdvice],
  msg_too_long: ['rejected-blocks', 'The message is too long.', blockAdvice],
  no_text: ['rejected-blocks', 'The message has no text.', blockAdvice],
  markdown_text_conflict: ['rejected-blocks', 'The message has two texts.', blockAdvice],
  invalid_metadata_format: ['rejected-blocks', 'Slack does not take the metadata.', blockAdvice],
  invalid_metadata_schema: ['rejected-blocks', 'Slack does not take the metadata.', blockAdvice],
  metadata_too_large: ['rejected-blocks', 'The metadata is too large.', blockAdvice],
  metadata_must_be_sent_from_app: ['rejected-blocks', 'Slack takes metadata from apps only.', blockAdvice],
  missing_file_data: ['rejected-blocks', 'Slack does not find the picture of the message.', blockAdvice],
  slack_connect_file_link_sharing_blocked: [
    'rejected-blocks',
    'Admins allow no files in channels shared with others.',
    filesAdvice,
  ],
  slack_connect_canvas_sharing_blocked: ['rejected-blocks', 'Admins allow no canvases in shared channels.'],
  slack_connect_lists_sharing_blocked: ['rejected-blocks', 'Admins allow no lists in shared channels.'],
  invalid_arguments: ['rejected-blocks', 'Slack does not understand the call.', callAdvice],
  invalid_arg_name: ['rejected-blocks', 'Slack does not understand the call.', callAdvice],
  invalid_array_arg: ['rejected-blocks', 'Slack does not understand the call.', callAdvice],
  invalid_charset: ['rejected-blocks', 'Slack does not understand the call.', callAdvice],
  invalid_form_data: ['rejected-blocks', 'Slack does not understand the call.', callAdvice],
  invalid_post_type: ['rejected-blocks', 'Slack does not understand the call.', callAdvice],
  missing_post_type: ['rejected-blocks', 'Slack does not understand the call.', callAdvice],
  invalid_json: ['rejected-blocks', 'Slack does not understand the call.', callAdvice],
  json_not_object: ['rejected-blocks', 'Slack does not understand the call.', callAdvice],
  missing_argument: ['rejected-blocks', 'Slack does not understand the call.', callAdvice],
  duplicate_channel_not_found: ['rejected-blocks', 'Slack finds no earlier message for this call.', callAdvice],
  duplicate_message_not_found: ['rejected-blocks', 'Slack finds no earlier message for this call.', callAdvice],

  // Reading goes wrong: the channel counts as one that cannot be read.
  invalid_cursor: ['refused', 'Slack does not know the place in the history any more.'],
  invalid_ts_latest: ['refused', 'Slack does not understand a time of the call.', callAdvice],
  invalid_ts_oldest: ['refused', 'Slack does not understand a time of the call.', callAdvice],
  invalid_limit: ['refused', 'Slack does not understand the call.', callAdvice],
  bad_timestamp: ['refused', 'Slack does not understand a time of the call.', callAdvice],

  // Pictures: the chart is shown in another way.
  file_not_found: ['refused', 'Slack does not find the picture.'],
  file_deleted: ['refused', 'The picture was deleted.'],
  cant_delete_file: ['refused', 'Slack does not let the bot delete the picture.'],
  file_uploads_disabled: ['refused', 'The workspace takes no files.', filesAdvice],
  file_uploads_except_images_disabled: ['refused', 'The workspace takes no such files.', filesAdvice],
  file_upload_size_restricted: ['refused', 'The picture is too large for the workspace.', filesAdvice],
  storage_limit_reached: ['refused', 'The workspace has no room left for files.', filesAdvice],
  malware_detected: ['refused', 'Slack takes the picture for harmful.', filesAdvice],
  alt_txt_too_large: ['refused', 'The text of the picture is too long.', callAdvice],
  snippet_too_large: ['refused', 'The file is too large.', callAdvice],
  unknown_snippet_type: ['refused', 'Slack does not know this kind of file.', callAdvice],

  // The token or the app: no channel takes anything, so all waits.
  invalid_auth: ['locked-out', 'Slack does not know the token.', tokenAdvice],
  not_authed: ['locked-out', 'Slack was given no token.', tokenAdvice],
  not_allowed_token_type: ['locked-out', 'This is not the kind of token for this.', tokenAdvice],
  token_revoked: ['locked-out', 'The token was revoked.', install],
  token_expired: ['locked-out', 'The token has expired.', rotationAdvice],
  account_inactive: ['locked-out', 'The user of the app was switched off.', install],
  two_factor_setup_required: ['locked-out', 'The workspace asks for two-factor sign-in first.', install],
  enterprise_is_restricted: ['locked-out', 'The organisation does not allow this call.', orgAdvice],
  method_deprecated: ['locked-out', 'Slack does not offer this call any more.', callAdvice],
  deprecated_endpoint: ['locked-out', 'Slack does not offer this call any more.', callAdvice],
  unknown_method: ['locked-out', 'Slack does not offer this call.', callAdvice],
} as const satisfies Readonly<Record<string, Row>>;

/** What is done with a code that is in no row: Slack has refused, so nothing arrived, and another channel may take it. */
const unlisted: Row = [
  'refused',
  'imstats does not know this answer.',
  'Look the code up in the documentation of Slack, and report it to the makers of imstats.',
];

/** The row of a code; unknown ones have one as well. */
export function errorRowOf(code: string): ErrorRow {
  const known: Readonly<Record<string, Row>> = rows;
  const [outcome, means, advice] = (Object.hasOwn(known, code) ? known[code] : undefined) ?? unlisted;
  return { outcome, means, ...(advice === undefined ? {} : { advice }) };
}

export const slackErrorPhrases = {
  'slack.broke': () => 'The connection to Slack broke before its answer was whole.',
  'slack.wait': ({ seconds }: { readonly seconds: number }) => `Slack takes the next message in ${seconds} s.`,
  'slack.notJson': () => 'Slack answered with something that is not JSON.',
  /** `detail` is Slack's own text. */
  'slack.says': ({ code, detail }: { readonly code: string; readonly detail?: string | undefined }) =>
    `Slack says ${code}. ${errorRowOf(code).means}${detail === undefined ? '' : ` ${detail}`}`,
  'slack.http': ({ status }: { readonly status: number }) => `Slack answered HTTP ${status}.`,
  'slack.unreachable': ({ code }: { readonly code: string }) => `Slack cannot be reached (${code}).`,
  'slack.late': () => 'Slack did not answer in time.',
  'slack.lost': () => 'The connection to Slack was lost.',
  'slack.uploadLate': () => 'The upload of a file took too long.',
  'slack.uploadRefused': ({ status }: { readonly status: number }) => `Slack did not take the file (HTTP ${status}).`,
  'slack.adviceOn': ({ code }: { readonly code: string }) => errorRowOf(code).advice ?? '',
  'slack.checkAddress': () => 'Check slack.apiUrl in the configuration.',
  'slack.checkNetwork': () => 'Check that this machine reaches slack.com.',
} satisfies PhraseSet;
