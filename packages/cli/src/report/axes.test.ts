import { duration, enumerate, number, percent } from '@kestirme/dashboard/charts';
import { describe, expect, it } from 'vitest';
import { countAxis, linearAxis, logAxis } from './axes.js';

describe('axes', () => {
  it('hold all values between round ticks', () => {
    const axis = linearAxis({ name: '', values: [0.512, 0.874], bounds: [0, 1], scale: 100, unit: '%' });
    expect(axis.ticks.map(axis.format)).toEqual(['50%', '60%', '70%', '80%', '90%']);
    expect([axis.min, axis.max]).toEqual([0.5, 0.9]);
  });

  it('have room around a single value, and within bounds', () => {
    const one = linearAxis({ name: '', values: [1, 1], bounds: [0, 1] });
    expect(one.min).toBeLessThan(1);
    expect(one.max).toBe(1);
    const zero = linearAxis({ name: '', values: [0], bounds: [0, 1] });
    expect(zero.min).toBe(0);
    expect(zero.max).toBeGreaterThan(0);
    expect(linearAxis({ name: '', values: [] }).max).toBeGreaterThan(0);
    const negative = linearAxis({ name: '', values: [-3, -1] });
    expect(negative.min).toBeLessThanOrEqual(-3);
  });

  it('count decades, or 1-2-5 within a decade or so', () => {
    const wide = logAxis('', [3e-4, 0.2, 0, Number.NaN]);
    expect([wide.min, wide.max]).toEqual([-4, 0]);
    expect(wide.ticks.map(wide.format)).toEqual(['10⁻⁴', '10⁻³', '10⁻²', '10⁻¹', '10⁰']);
    const narrow = logAxis('', [0.11, 0.4]);
    expect(narrow.ticks.map(narrow.format)).toEqual(['0.1', '0.2', '0.5']);
    expect(logAxis('', [1e-30, 1]).ticks.length).toBeLessThan(10);
    expect(logAxis('', []).min).toBeLessThan(logAxis('', []).max);
  });

  it('have whole ticks for epochs and layers', () => {
    expect(countAxis('', [0, 1, 2], 0.3).ticks).toEqual([0, 1, 2]);
    expect(countAxis('', [0, 19], 0.3).ticks).toEqual([0, 5, 10, 15, 19]);
    expect(countAxis('', [1, 61], 0.5).ticks).toEqual([1, 10, 20, 30, 40, 50, 60]);
    expect(countAxis('', [7], 0.3)).toMatchObject({ min: 6.5, max: 7.5, ticks: [7] });
  });
});

describe('numbers', () => {
  it('are short, and a dash when they are none', () => {
    expect([number(0.012345), number(123456), number(1.5e-7), number(0), number(-2.5)]).toEqual([
      '0.0123',
      '123456',
      '1.50×10⁻⁷',
      '0',
      '−2.50',
    ]);
    expect([number(Number.NaN), percent(undefined), duration(null)]).toEqual(['–', '–', '–']);
    expect([percent(0.12345), percent(1)]).toEqual(['12.3%', '100.0%']);
    expect([duration(3.21), duration(59.6), duration(185), duration(7260)]).toEqual([
      '3.2 s',
      '1 min 0 s',
      '3 min 5 s',
      '2 h 1 min',
    ]);
  });

  it('enumerate', () => {
    expect([enumerate([]), enumerate(['a']), enumerate(['a', 'b']), enumerate(['a', 'b', 'c', 'd'], 2)]).toEqual([
      '',
      'a',
      'a and b',
      'a, b and 2 others',
    ]);
  });
});
