/** The shopper's own profile. */
import type { App, Screen } from "../app/app";
import { Problem } from "../net/problem";
import { copyOf, fill, find } from "../page/dom";
import { facts, to } from "../page/facts";
import { toast } from "../page/toast";
import { say } from "../page/words";
import { clearErrors, showErrors } from "./field-errors";
import { ownReferral } from "./invite";
import { personalData } from "./personal-data";
import { starsOf, stateOf, type OwnReview, type OwnReviews } from "./reviews";

interface Address {
  id: string;
  recipient: string;
  phone: string;
  city: string;
  line: string;
  is_default: boolean;
}

interface Consent {
  channel: string;
  purpose: string;
  title: string;
  granted: boolean;
}

interface Profile {
  name: string;
  phone: string;
  email: string;
  language: string;
  proved_phone: boolean;
  addresses: Address[];
  consents: Consent[];
}

export const profile: Screen = (main, app, signal) => {
  new OwnProfile(main, app, signal).begin();
  personalData(main, app, signal);
  ownReferral(app, signal)
    .then((referral) => (find(main, "[data-friends]").hidden = referral === null))
    .catch(() => undefined); // a door that stays hidden is no reason to disturb anybody
};

class OwnProfile {
  private readonly contact: HTMLFormElement;
  private readonly address: HTMLFormElement;

  constructor(
    private readonly main: HTMLElement,
    private readonly app: App,
    private readonly signal: AbortSignal,
  ) {
    this.contact = find<HTMLFormElement>(main, "[data-contact]");
    this.address = find<HTMLFormElement>(main, "[data-address]");
  }

  begin(): void {
    const { signal } = this;
    this.onSubmit(this.contact, "PUT", "/profile");
    this.onSubmit(this.address, "POST", "/profile/addresses");
    void this.load(signal);
  }

  private async load(signal: AbortSignal): Promise<void> {
    try {
      this.draw(await this.app.api.call<Profile>("/profile", { signal }));
      this.drawReviews(await this.app.api.call<OwnReviews>("/reviews", { signal }));
    } catch (error) {
      if (!signal.aborted) this.app.report(error);
    }
  }

  private onSubmit(form: HTMLFormElement, method: "PUT" | "POST", path: string): void {
    const submitted = (event: SubmitEvent) => {
      event.preventDefault();
      clearErrors(form);
      void this.change(form, method, path, Object.fromEntries(new FormData(form)));
    };
    form.addEventListener("submit", submitted, { signal: this.signal });
  }

  private async change(
    form: HTMLFormElement,
    method: "PUT" | "POST" | "DELETE",
    path: string,
    body?: object,
  ): Promise<void> {
    try {
      this.draw(await this.app.api.call<Profile>(path, body ? { method, body } : { method }));
      if (form === this.address) form.reset();
      this.app.host.feel("success");
      toast(say("saved"));
    } catch (error) {
      if (error instanceof Problem && showErrors(form, error.body.errors ?? [])) return;
      this.app.report(error);
    }
  }

  private draw(shown: Profile): void {
    find(this.main, "[data-bones]").hidden = true;
    find(this.main, "[data-profile]").hidden = false;
    for (const name of ["name", "phone", "email", "language"] as const) {
      const field = this.contact.elements.namedItem(name);
      if (field instanceof HTMLInputElement || field instanceof HTMLSelectElement) {
        field.value = shown[name] || (name === "language" ? facts.language : "");
      }
    }
    find(this.main, "[data-proved]").hidden = !shown.proved_phone;
    find(this.main, "[data-addresses]").replaceChildren(...shown.addresses.map((a) => this.line(a)));
    find(this.main, "[data-consents]").replaceChildren(...shown.consents.map((c) => this.check(c)));
  }

  private line(address: Address): HTMLElement {
    const { city, line, recipient, phone } = address;
    const item = fill(copyOf("address"), { city, line, recipient, phone });
    const remove = find(item, "[data-remove]");
    remove.setAttribute("aria-label", say("remove_line", { name: city }));
    remove.addEventListener("click", () => {
      void this.change(this.contact, "DELETE", `/profile/addresses/${address.id}`);
    });
    return item;
  }

  private check(consent: Consent): HTMLElement {
    const label = fill(copyOf("consent"), { title: consent.title });
    const box = find<HTMLInputElement>(label, "input");
    box.checked = consent.granted;
    box.addEventListener("change", () => {
      const { channel, purpose } = consent;
      void this.change(this.contact, "PUT", "/profile/consents", { channel, purpose, granted: box.checked });
    });
    return label;
  }

  private drawReviews(answer: OwnReviews): void {
    find(this.main, "[data-own-reviews]").hidden = answer.items.length === 0;
    find(this.main, "[data-reviews]").replaceChildren(...answer.items.map(ownReview));
  }
}

function ownReview(review: OwnReview): HTMLElement {
  const { product, body } = review;
  const stars = starsOf(review.stars);
  const item = fill(copyOf("own-review"), { product, body, stars, state: stateOf(review) });
  find<HTMLAnchorElement>(item, "a").href = to(`/p/${review.product_slug}`);
  return item;
}
