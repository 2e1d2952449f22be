// For Node programs that take no proxy: has them find api.remove.bg on this machine.
//
//     NODE_OPTIONS="--require /path/to/removebg_redirect.cjs" REMOVEBG_AT=127.0.0.1:8443 node program.js
//
// The name that the certificate is checked for stays api.remove.bg; NODE_EXTRA_CA_CERTS says whom to trust.
"use strict";
const tls = require("node:tls");

const HOST = "api.remove.bg";
const [host, port] = (process.env.REMOVEBG_AT || "127.0.0.1:8443").split(":");
const connect = tls.connect;

tls.connect = function (...given) {
  const [options] = given;
  if (options === null || typeof options !== "object" || (options.host !== HOST && options.servername !== HOST)) {
    return connect.apply(this, given);
  }
  return connect.call(this, { ...options, host, port: Number(port), servername: HOST }, ...given.slice(1));
};
