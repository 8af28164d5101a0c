/** What was typed last time, on this device. */
import { facts } from "../page/facts";
import { forGood, keep, recall } from "../page/memory";

export interface Contact {
  recipient: string;
  phone: string;
  address: string;
  delivery: string;
  payment: string;
}

export function recallContact(person: string): Contact | null {
  return recall<Contact>(forGood, keyOf(person));
}

export function keepContact(person: string, contact: Contact): void {
  keep(forGood, keyOf(person), contact);
}

function keyOf(person: string): string {
  return `kram.contact.${facts.base}.${person}`;
}
