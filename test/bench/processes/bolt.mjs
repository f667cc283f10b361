// The peer: a bare Bolt app over HTTP that acknowledges every command and does nothing else. JavaScript, so that no types are stripped.
import { App, HTTPReceiver, LogLevel } from '@slack/bolt';

const [port = '0', signingSecret = ''] = process.argv.slice(2);
const receiver = new HTTPReceiver({ signingSecret, endpoints: ['/slack/events'], logLevel: LogLevel.ERROR });
const app = new App({ receiver, authorize: async () => ({ botToken: 'xoxb-none' }), logLevel: LogLevel.ERROR });
app.command('/imstats', async ({ ack }) => {
  await ack();
});
await receiver.start({ port: Number(port), host: '127.0.0.1' });
