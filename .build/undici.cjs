// What is used of undici, in the bundle, each part when it is used: dispatchers by src/network.ts, the rest by Slack's sockets.
const events = () => require('../node_modules/undici/lib/web/websocket/events');
const sockets = () => require('../node_modules/undici/lib/web/websocket/websocket');

module.exports = {
  get Agent() {
    return require('../node_modules/undici/lib/dispatcher/agent');
  },
  get EnvHttpProxyAgent() {
    return require('../node_modules/undici/lib/dispatcher/env-http-proxy-agent');
  },
  get buildConnector() {
    return require('../node_modules/undici/lib/core/connect');
  },
  get fetch() {
    return require('../node_modules/undici/lib/web/fetch').fetch;
  },
  get WebSocket() {
    return sockets().WebSocket;
  },
  get ping() {
    return sockets().ping;
  },
  get CloseEvent() {
    return events().CloseEvent;
  },
  get ErrorEvent() {
    return events().ErrorEvent;
  },
  get MessageEvent() {
    return events().MessageEvent;
  },
};
