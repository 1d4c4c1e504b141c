import { describe } from 'vitest';
import { openDuckDb } from '../../src/adapters/duckdb/duckdb-engine.ts';
import { engineContract } from './engine.contract.ts';

describe('DuckDB', () => engineContract(() => openDuckDb({ threads: 2 })));
