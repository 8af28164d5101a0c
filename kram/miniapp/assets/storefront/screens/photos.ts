/** Photos of a review or a return: taken in one by one, before that itself is sent. */
import type { App } from "../app/app";
import { find } from "../page/dom";
import { say } from "../page/words";

const MOST = 6;

export interface Picture {
  src: string;
  srcset: string;
}

export interface Photo {
  token: string;
  picture: Picture;
}

export function thumb(picture: Picture): HTMLElement {
  const item = document.createElement("li");
  const link = document.createElement("a");
  link.href = picture.src;
  link.target = "_blank";
  link.rel = "noopener";
  const image = document.createElement("img");
  Object.assign(image, { src: picture.src, srcset: picture.srcset, sizes: "88px", alt: "", loading: "lazy" });
  image.width = image.height = 88;
  link.append(image);
  item.append(link);
  return item;
}

export class Photos {
  private photos: Photo[] = [];

  constructor(
    private readonly form: HTMLElement,
    private readonly path: string,
    private readonly app: App,
    private readonly signal: AbortSignal,
  ) {
    const files = find<HTMLInputElement>(form, "[data-files]");
    files.addEventListener("change", () => void this.take(files), { signal });
  }

  get tokens(): string[] {
    return this.photos.map((photo) => photo.token);
  }

  show(photos: Photo[]): void {
    this.photos = photos;
    this.draw();
  }

  private async take(files: HTMLInputElement): Promise<void> {
    const chosen = [...(files.files ?? [])].slice(0, MOST - this.photos.length);
    files.value = "";
    for (const file of chosen) {
      try {
        const { signal } = this;
        const photo = await this.app.api.upload<Photo>(this.path, file, signal);
        this.photos = [...this.photos, photo];
        this.draw();
      } catch (error) {
        if (!this.signal.aborted) this.app.report(error);
      }
    }
  }

  private draw(): void {
    find(this.form, "[data-photos]").replaceChildren(
      ...this.photos.map((photo) => this.removable(photo)),
    );
  }

  private removable(photo: Photo): HTMLElement {
    const item = thumb(photo.picture);
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = "×";
    button.setAttribute("aria-label", say("remove_line", { name: "" }).trim());
    button.addEventListener("click", () => {
      this.show(this.photos.filter((other) => other !== photo));
    });
    item.append(button);
    return item;
  }
}
