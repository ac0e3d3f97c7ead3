import type { Context } from "../../mod.ts";
import { readAnswers } from "./answers.ts";
import { MemoryServer, settle } from "./memory_server.ts";

/** A server whose only handler waits for a test, and what it was given. */
export class WaitingServer extends MemoryServer {
  readonly requests: Request[];
  readonly contexts: Context[];
  readonly answer: (response: Response) => Promise<void>;

  constructor(options?: ConstructorParameters<typeof MemoryServer>[1]) {
    const requests: Request[] = [];
    const contexts: Context[] = [];
    const answers: PromiseWithResolvers<Response>[] = [];
    super((request, context) => {
      requests.push(request);
      contexts.push(context);
      const answer = Promise.withResolvers<Response>();
      answers.push(answer);
      return answer.promise;
    }, options);
    this.requests = requests;
    this.contexts = contexts;
    this.answer = async (response) => {
      answers.shift()!.resolve(response);
      await settle();
    };
  }
}

/** The statuses of all answers, in their order. */
export function statuses(received: string): number[] {
  return readAnswers(received).map(({ status }) => status);
}
