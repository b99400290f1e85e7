/** Stands for the module of the Workers runtime where a test only has to import what needs it. */
export class DurableObject {}
