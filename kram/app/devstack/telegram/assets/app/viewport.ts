/** How much of the phone the app has, told to it whenever that changes. */

import type { Post } from "./protocol";

const STATUS_BAR_PX = 47;
const HOME_BAR_PX = 22;
const FLOATING_HEAD_PX = 46;
const STEADY_MS = 260;

interface Surroundings {
  readonly root: HTMLElement;
  readonly frame: HTMLIFrameElement;
  readonly bottom: { readonly isShown: boolean };
  readonly post: Post;
}

export class Viewport {
  isFullscreen = false;
  private isExpanded: boolean;
  private readonly observer: ResizeObserver;
  private timer = 0;

  constructor(
    private readonly app: Surroundings,
    whole: boolean,
  ) {
    this.isExpanded = whole;
    app.root.classList.toggle("expanded", whole);
    this.observer = new ResizeObserver(() => this.onResize());
    this.observer.observe(app.frame);
  }

  expand(): void {
    this.isExpanded = true;
    this.app.root.classList.add("expanded");
    this.onResize();
  }

  setFullscreen(wanted: boolean): void {
    this.isFullscreen = wanted;
    this.app.root.classList.toggle("fullscreen", wanted);
    if (wanted) this.expand();
    this.app.post("fullscreen_changed", { is_fullscreen: wanted });
    this.tellSafeAreas();
  }

  /** The size now; unsteady while a bar slides in. */
  tell(steady: boolean): void {
    const { clientWidth: width, clientHeight: height } = this.app.frame;
    const size = { width, height, is_expanded: this.isExpanded, is_state_stable: steady };
    this.app.post("viewport_changed", size);
  }

  /** What the phone covers, and what Telegram's own buttons cover on top of that. */
  tellSafeAreas(): void {
    const bare = getComputedStyle(this.app.root).getPropertyValue("--bare") === "1";
    const top = this.isFullscreen && !bare ? STATUS_BAR_PX : 0;
    const bottom = this.app.bottom.isShown || bare ? 0 : HOME_BAR_PX;
    const content = this.isFullscreen ? FLOATING_HEAD_PX : 0;
    this.app.post("safe_area_changed", { top, bottom, left: 0, right: 0 });
    this.app.post("content_safe_area_changed", { top: content, bottom: 0, left: 0, right: 0 });
  }

  stop(): void {
    this.observer.disconnect();
    clearTimeout(this.timer);
  }

  private onResize(): void {
    this.tell(false);
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => this.tell(true), STEADY_MS);
  }
}
