/** Tells the shopper what went wrong and what to do. */
import type { Host } from "../host/host";
import { Problem, Unanswered } from "../net/problem";
import { toast } from "../page/toast";
import { say } from "../page/words";

export function reporter(host: Host): (error: unknown) => void {
  return (error) => {
    if (error instanceof DOMException && error.name === "AbortError") return;
    host.feel("error");
    if (error instanceof Problem) toast(error.message);
    else if (error instanceof Unanswered) toast(say("no_connection"));
    else {
      toast(say("broken"));
      console.error(error);
    }
  };
}
