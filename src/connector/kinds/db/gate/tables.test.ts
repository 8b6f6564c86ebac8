import { expect, test } from 'bun:test'
import { tablesOf } from './tables.ts'

test.each<[query: string, tables: string[]]>([
  ['SELECT * FROM orders WHERE id = $1', ['orders']],
  ['select a.x from shop.orders as a join "Line Items" b on a.id = b.id', ['shop.orders', 'Line Items']],
  ['SELECT 1 FROM a, b AS c, d e WHERE a.x = c.x', ['a', 'b', 'd']],
  ['SELECT 1 FROM a LEFT JOIN b ON true', ['a', 'b']],
  ['INSERT INTO orders (id, total) VALUES ($1, $2)', ['orders']],
  ['INSERT INTO t (a) SELECT a FROM s ON CONFLICT (a) DO UPDATE SET a = 1', ['t', 's']],
  ['UPDATE orders SET total = 1 WHERE id IN (SELECT id FROM old)', ['orders', 'old']],
  ['DELETE FROM ONLY orders USING gone WHERE true', ['orders', 'gone']],
  ['WITH recent AS (SELECT * FROM orders) SELECT * FROM recent', ['orders']],
  ['SELECT EXTRACT(YEAR FROM placed) FROM orders', ['orders']],
  ['SELECT 1 FROM a WHERE b IS DISTINCT FROM c FOR UPDATE', ['a']],
  ['SELECT * FROM generate_series(1, 3)', []],
  ["SELECT 'FROM nowhere' FROM x -- FROM y", ['x']],
  ['SELECT 1', []],
  ['CREATE TABLE IF NOT EXISTS t (id int)', ['t']],
])('the tables of %s', (query, tables) => {
  expect(tablesOf(query)).toEqual(tables)
})
