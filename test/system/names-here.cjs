/** For a process of a test: names under `.test` are those of this machine. */
const dns = require('node:dns');
const { lookup } = dns;
dns.lookup = (name, options, done) => lookup(name.endsWith('.test') ? '127.0.0.1' : name, options, done);
