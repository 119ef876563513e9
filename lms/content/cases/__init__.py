"""Cases: visits to a patient or a pharmacy that branch, scene by scene, with the decisions that lead on."""
