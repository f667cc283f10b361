// Where a monitored application is and how to sign in: its address and its secrets.

export interface ImkitAccess {
  readonly platform: 'imkit';
  /** Base address, with or without a last slash. */
  readonly url: string;
  /** Sent as the header `IM-API-KEY`. */
  readonly apiKey: string;
}

export interface JMessageAccess {
  readonly platform: 'jmessage';
  /** Base address with the version, for example `https://report.im.jpush.cn/v2`. */
  readonly url: string;
  /** User name of HTTP Basic authentication. */
  readonly appKey: string;
  /** Password of HTTP Basic authentication. */
  readonly masterSecret: string;
}

export type PlatformAccess = ImkitAccess | JMessageAccess;
