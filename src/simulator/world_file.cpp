#include "simulator/world_file.h"
