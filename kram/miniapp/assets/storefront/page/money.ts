/** Whole minor units, written the way the server writes them. */
import { facts } from "./facts";

export function amount(minor: number): string {
  const { before, after, group, decimal, exponent } = facts.money;
  const digits = String(Math.abs(minor)).padStart(exponent + 1, "0");
  const whole = digits.slice(0, digits.length - exponent);
  const fraction = digits.slice(digits.length - exponent);
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, group);
  const shown = Number(fraction) === 0 ? grouped : grouped + decimal + fraction;
  return `${minor < 0 ? "−" : ""}${before}${shown}${after}`;
}
