/** `localhost`, names below it, 127.0.0.0/8 and ::1, without the port. */
const LOOPBACK_NAME = /^(?:(?:.+\.)?localhost\.?|127(?:\.\d{1,3}){3}|\[::1\])$/i;

/** Whether a host name can only mean this machine. */
export function isLoopbackName(host: string): boolean {
  return LOOPBACK_NAME.test(host);
}
