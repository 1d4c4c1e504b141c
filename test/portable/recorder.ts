import type { Engine } from '../../src/ports/engine.ts';
import type { Query } from '../../src/sql/query.ts';
import type { Sql } from '../../src/sql/sql.ts';

/** A statement that was asked, with the joins of its plan that grow with the product of their sides. */
export interface Asked {
  readonly name: string;
  readonly text: string;
  readonly loops: readonly string[];
}

/** The engine itself, remembering every text that goes through it. Each text is planned before it is run. */
export function recording(engine: Engine): { readonly engine: Engine; readonly asked: Asked[] } {
  const asked: Asked[] = [];
  const note = async (name: string, { text }: Sql): Promise<void> => {
    const plan = await engine.rows({ text: `EXPLAIN ${text}` } as Sql);
    const loops =
      String(plan[0]?.[1]).match(/NESTED_LOOP_JOIN|BLOCKWISE_NL_JOIN|CROSS_PRODUCT|IE_JOIN/g) ?? [];
    asked.push({ name, text, loops });
  };
  const noteQuestion = (question: Query | Sql): Promise<void> =>
    'sql' in question ? note(question.name, question.sql) : note('', question);
  return {
    asked,
    engine: {
      ...engine,
      async rows(question) {
        await noteQuestion(question);
        return engine.rows(question);
      },
      async table(question) {
        await noteQuestion(question);
        return engine.table(question);
      },
      async *batches(question) {
        await noteQuestion(question);
        yield* engine.batches(question);
      },
      async view(name, select) {
        await note(`view ${name}`, select);
        return engine.view(name, select);
      },
      async keep(name, select) {
        await note(`keep ${name}`, select);
        return engine.keep(name, select);
      },
      async write(select, uri, options) {
        await note(`write ${/([a-z-]+)\/(billing_period|month)=/.exec(uri)?.[1] ?? ''}`, select);
        return engine.write(select, uri, options);
      },
    },
  };
}
