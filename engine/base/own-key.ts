/** Sets a key as data even when it is `__proto__`, which an assignment would take for the prototype. */
export function setOwn<Value>(target: { [key: string]: Value }, key: string, value: Value): void {
  if (key !== '__proto__') {
    target[key] = value;
    return;
  }
  Object.defineProperty(target, key, {
    value,
    writable: true,
    enumerable: true,
    configurable: true,
  });
}
