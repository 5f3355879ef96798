import { describe, expect, it } from 'vitest';
import { checkConstantSql, checkQueryCalls } from './sql.ts';
import { fixture } from './support/source.ts';

describe('SQL', () => {
  it.each([
    'const a = `select ${column} from stock`;',
    'const a = `SELECT *\n FROM ${table}`;',
    'const a = `insert into stock values (${n})`;',
    "const a = 'update stock set on_hand = ' + n;",
    "const a = 'delete ' + 'from stock where id = ' + id;",
    'const a = `with picked as (${inner}) table picked`;',
    'const a = `truncate ${table}`;',
    'const a = `create role ${name} login`;',
    'const a = `begin;\n drop table ${name}`;',
    'const a = `grant select on ${table} to runtime`;',
    "let a = 'select id from stock'; a += ' where id = ' + id; sql += ' insert into x';",
    'pool.query(`listen ${channel}`);',
    "pool.query({ text: 'table ' + name, values: [] });",
  ])('finds %s', (line) => {
    expect(checkConstantSql([fixture('src/postgres/stock.ts', '', line)])[0]).toMatchObject({ file: 'src/postgres/stock.ts', line: 2 });
  });

  it.each([
    'const a = `select id from stock where id = $1`;',
    "const a = 'select id' + ' from stock';",
    'pool.query(SELECT_STOCK, [id]);',
    'const a = `could not create ${name}`; const b = `update ${n} of ${m}`; const c = `selected ${n} rows`;',
    "throw new Error('cannot delete ' + name);",
  ])('accepts %s', (line) => {
    expect(checkConstantSql([fixture('src/postgres/stock.ts', line)])).toEqual([]);
  });

  it('lets the exempt files put DDL together, and nothing else', () => {
    const paths = ['src/postgres/migrate.ts', 'src/postgres/embedded/start.ts'];
    expect(checkConstantSql(paths.map((path) => fixture(path, 'const a = `create role ${name}`; db.query(`grant x to ${name}`);')))).toEqual([]);
    expect(checkConstantSql(paths.map((path) => fixture(path, 'db.query(`select ${column} from stock`);')))).toHaveLength(2);
    expect(checkConstantSql([fixture('src/postgres/migrate.tsx', 'const a = `create role ${name}`;')])).toHaveLength(1);
  });

  it('reads src, bench and the support of tests, not the tests', () => {
    const line = 'const a = `select ${column} from stock`;';
    const paths = ['src/a.ts', 'bench/a.ts', 'tests/support/a.ts', 'src/a.test.ts', 'tests/journeys/a.test.ts', 'checks/a.ts'];
    expect(checkConstantSql(paths.map((path) => fixture(path, line))).map(({ file }) => file)).toEqual(paths.slice(0, 3));
  });

  it('finds a query call outside the store', () => {
    const line = 'await db.query(TEXT);';
    expect(checkQueryCalls(['src/server/a.ts', 'src/cli/a.ts', 'src/flows/a.ts'].map((path) => fixture(path, line)))).toHaveLength(3);
    expect(checkQueryCalls(['src/postgres/a.ts', 'src/server/a.test.ts', 'tests/a.ts', 'bench/a.ts'].map((path) => fixture(path, line)))).toEqual([]);
    expect(checkQueryCalls([fixture('src/server/a.ts', 'const { limit } = request.query;')])).toEqual([]);
  });
});
