// The peer: a bare Bolt app over HTTP that acknowledges every command and does nothing else; what it says is read from a file
// of answers by the text of the command. JavaScript, so that no types are stripped.
import { readFileSync } from 'node:fs';
import { App, HTTPReceiver, LogLevel } from '@slack/bolt';

const [port = '0', signingSecret = '', file] = process.argv.slice(2);
const answers = file === undefined ? {} : JSON.parse(readFileSync(file, 'utf8'));
const receiver = new HTTPReceiver({ signingSecret, endpoints: ['/slack/events'], logLevel: LogLevel.ERROR });
const app = new App({ receiver, authorize: async () => ({ botToken: 'xoxb-none' }), logLevel: LogLevel.ERROR });
app.command('/imstats', async ({ ack, command }) => {
  await ack(answers[command.text]);
});
await receiver.start({ port: Number(port), host: '127.0.0.1' });
