// What the sources import of `node:http`, in the bundle: named here, because an import of the whole module would read its lazy parts.
// @ts-check
export const { createServer, request } = process.getBuiltinModule('node:http');
