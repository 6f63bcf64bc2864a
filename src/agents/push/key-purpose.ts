/** What the key of a model server is sealed for: this agent of this project, and no other. */
export const keyPurpose = ({ id, project_id }: { id: string; project_id: string | null }) => ({
  project_id,
  purpose: `key of agent ${id}`,
});
