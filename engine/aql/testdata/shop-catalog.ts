import type { CatalogShape, FieldDefinition } from '../catalog-shape.ts';
import type { FieldType, ScalarTypeName } from '../field-type.ts';
import { sampleCatalog } from './sample-catalog.ts';

const scalar = (name: ScalarTypeName): FieldType => ({ kind: 'scalar', name });

const field = (
  name: string,
  type: FieldType,
  marks: Partial<FieldDefinition> = {},
): FieldDefinition => ({ name, type, nullable: true, unique: false, indexed: false, ...marks });

/** The sample schema with something to add up, relations on both sides, a handler and a migration in the past. */
export const shopCatalog: CatalogShape = {
  version: 1,
  collections: [
    ...sampleCatalog.collections,
    {
      name: 'orders',
      open: false,
      indexes: [{ fields: ['status', 'placed'], unique: false }],
      fields: [
        field('number', scalar('String'), { nullable: false, unique: true, indexed: true }),
        field('amount', scalar('Float'), { nullable: false }),
        field('qty', scalar('Int'), { default: { kind: 'value', value: 1 } }),
        field('status', scalar('String'), { nullable: false }),
        field('placed', scalar('DateTime'), { indexed: true }),
        field('paid', scalar('Boolean')),
        field('notes', { kind: 'list', element: scalar('String') }),
        field('user_id', scalar('Uuid'), { indexed: true, references: 'users' }),
        field('courier_id', scalar('Uuid'), { references: 'couriers' }),
      ],
    },
    { name: 'events', open: true, indexes: [], fields: [field('kind', scalar('String'))] },
  ],
  migrations: ['v1'],
  handlers: ['welcome'],
};
