// A configuration file that says only what it must, its secrets, and the problems of a wrong one.
import { ConfigError } from '../../src/errors.ts';

export const secrets = {
  SLACK_BOT_TOKEN: 'xoxb-canary-1',
  SLACK_APP_TOKEN: 'xapp-canary-2',
  IM_API_KEY: 'canary-key-3',
  JMESSAGE_APP_KEY: 'canary-app-4',
  JMESSAGE_MASTER_SECRET: 'canary-master-5',
};

export const smallest = `
slack: { botToken: "\${SLACK_BOT_TOKEN}", appToken: "\${SLACK_APP_TOKEN}" }
apps:
  - { id: prod, platform: imkit, url: "https://chat.example.com/", apiKey: "\${IM_API_KEY}", channel: C0ONCALL }
`;

/** Each problem of the `ConfigError` that `run` throws, in words; none when it throws none. */
export function problemsOf(run: () => unknown): string[] {
  try {
    run();
  } catch (error) {
    if (error instanceof ConfigError) return error.message.split('\n');
    throw error;
  }
  return [];
}
