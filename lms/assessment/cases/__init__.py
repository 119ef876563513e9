"""Cases as learners go through them: runs from scene to scene, their points, and the debrief at the end."""
