/** A refusal by the server (RFC 9457), already in the shopper's language. */
export interface FieldError {
  pointer: string;
  code: string;
  detail: string;
}

export interface ProblemBody {
  status: number;
  code: string;
  title: string;
  detail?: string;
  errors?: FieldError[];
}

export class Problem extends Error {
  constructor(readonly body: ProblemBody) {
    super(body.detail || body.title);
  }

  get code(): string {
    return this.body.code;
  }
}

/** No answer, or one that says "not now": the same request may be sent again. */
export class Unanswered extends Error {
  constructor(readonly retryAfterMs = 0) {
    super("no answer");
  }
}
