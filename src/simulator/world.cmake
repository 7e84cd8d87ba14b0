# The simulated world as data: world files, their placeholders, stock contents, and what the service
# would publish.
target_sources(flowferry_core PRIVATE
  content_check.cpp
  placeholders.cpp
  stock.cpp
  world_file.cpp
  world_yaml.cpp
)
