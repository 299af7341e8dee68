/** A clock that is set by hand, so that a month passes in a minute. Of the example alone: an application has the real one. */
const Real = Date;
let now = Real.now();

globalThis.Date = new Proxy(Real, {
  construct: (_, given, target) => Reflect.construct(Real, given.length === 0 ? [now] : given, target),
  get: (_, name, target) => (name === 'now' ? () => now : Reflect.get(Real, name, target)),
});

/** @param {number} time ms since 1970 */
export const setClock = (time) => (now = time);
